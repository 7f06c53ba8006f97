// What has to be there before TypeScript runs: the npm packages of the lock file and a Node.js that takes TypeScript
// sources as they are. Runs before anything is installed, on Node.js 20 or newer, so it uses built-ins only.

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import module from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** First Node.js that runs TypeScript without a flag and has what the sources use. */
const NODE_MAJOR = 24;

/** Same as `ExitCode.unavailable` in runtime/command.ts. */
const UNAVAILABLE = 3;

const major = version => Number.parseInt(version, 10);
const ownNodeWillDo = major(process.versions.node) >= NODE_MAJOR;
const nodePackage = `node_modules/node-${process.platform}-${process.arch}`;
const packagedNode = join(root, nodePackage, 'bin', 'node');

const say = text => process.stderr.write(`spillway: ${text}\n`);

/** A message for the person at the terminal; no stack trace. */
class Refusal extends Error {}

/**
 * Runs a script of the project on the project's Node.js, with this process's stdin, stdout and stderr.
 * Ends this process with the script's exit code, 128 + n when signal n ended it.
 * @param {string} script path below the project's root
 * @param {readonly string[]} args
 * @param {{ dev: boolean }} need whether the development packages are needed
 */
export async function run(script, args, { dev }) {
  try {
    await install(dev);
    const path = join(root, script);
    // Compiled code is kept between starts, also for the processes that the script starts: each comes up twice as fast.
    process.env.NODE_COMPILE_CACHE ??= join(root, '.cache', 'compiled');
    if (ownNodeWillDo) {
      module.enableCompileCache?.(process.env.NODE_COMPILE_CACHE);
      process.argv.splice(1, process.argv.length, path, ...args);
      await import(pathToFileURL(path).href);
    } else {
      process.exitCode = await runOn(projectNode(), path, args);
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    say(error.message);
    process.exitCode = UNAVAILABLE;
  }
}

// Packages

/** Makes node_modules fit package-lock.json; nothing to do is the usual case and takes a few milliseconds. */
async function install(dev) {
  if (major(process.versions.node) < 20)
    throw new Refusal(`Node.js 20 or newer is needed to start; this is ${process.versions.node}.`);
  if (installed(dev)) return;
  const unlock = await lock(join(root, '.cache', 'install.lock'));
  try {
    // Another start may have done it while we waited.
    if (installed(dev)) return;
    say('installing the npm packages of package-lock.json; once, about 1 GB on disk');
    // Every binary comes inside its package, so no install script is run, whatever the npm version's default.
    const npm = spawnSync(
      'npm',
      [
        'ci',
        '--include=dev',
        '--include=optional',
        '--ignore-scripts',
        '--no-audit',
        '--no-fund',
        '--loglevel=error',
      ],
      { cwd: root, stdio: ['ignore', process.stderr.fd, process.stderr.fd] },
    );
    if (npm.error) throw new Refusal(`npm cannot be started (${npm.error.message}); it comes with Node.js.`);
    if (npm.status !== 0 || !installed(dev))
      throw new Refusal(
        'the npm packages could not be installed; npm says why above. The first start needs to reach the npm ' +
          'registry (behind a proxy: npm config set proxy). Start again to try again.',
      );
  } finally {
    unlock();
  }
}

/**
 * Compares what npm noted down about node_modules with the lock file. Packages that a system may lack (other
 * architectures) or does not need (development) may be missing, but not be another version.
 */
function installed(dev) {
  const present = lockedPackages('node_modules/.package-lock.json');
  if (!present) return false;
  const locked = lockedPackages('package-lock.json') ?? {};
  return Object.entries(locked).every(([path, wanted]) => {
    if (path === '') return true;
    // npm passes over an optional package it cannot get; this one we cannot do without.
    if (path === nodePackage && !ownNodeWillDo) return existsSync(packagedNode);
    const found = present[path];
    if (found) return found.version === wanted.version && found.integrity === wanted.integrity;
    return wanted.optional || wanted.devOptional || (wanted.dev && !dev);
  });
}

function lockedPackages(file) {
  try {
    return JSON.parse(readFileSync(join(root, file), 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** One installation at a time; waits for the one under way and takes over from one that died. */
async function lock(file) {
  mkdirSync(dirname(file), { recursive: true });
  for (let told = false; ; told = true) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (!holderOf(file)) breakLock(file);
    else if (!told) say('waiting for another installation of the npm packages');
    await delay(200);
  }
}

/** Pid of the living process that holds the lock. A file just created may have no content yet. */
function holderOf(file) {
  try {
    const text = readFileSync(file, 'utf8');
    if (text === '') return Date.now() - statSync(file).mtimeMs < 5000;
    process.kill(Number(text), 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Two that find a dead holder must not both remove it: the second would remove the first one's new lock. */
function breakLock(file) {
  const breaking = `${file}.breaking`;
  try {
    mkdirSync(breaking);
  } catch {
    // A breaker that died half-way; breaking takes microseconds.
    if (existsSync(breaking) && Date.now() - statSync(breaking).mtimeMs > 5000) rmdirSync(breaking);
    return;
  }
  if (!holderOf(file)) rmSync(file, { force: true });
  rmdirSync(breaking);
}

// Node.js

/** The Node.js that came with the packages. */
function projectNode() {
  if (existsSync(packagedNode)) return packagedNode;
  throw new Refusal(
    `Node.js ${NODE_MAJOR} or newer is needed; this is ${process.versions.node}, and no npm package brings one for ` +
      `${process.platform} ${process.arch}. Install Node.js ${NODE_MAJOR} and start again.`,
  );
}

/**
 * The guard ends the script when this process is killed outright. It stays in our process group, so what the
 * terminal sends (Ctrl-C) it gets by itself and must not get from us a second time.
 */
function runOn(node, script, args) {
  const guard = join(root, 'runtime', 'supervisor', 'guard.sh');
  const child = spawn('/bin/sh', [guard, '30', node, script, ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
  });
  const fromTerminal = process.stdin.isTTY ? ['SIGINT', 'SIGQUIT', 'SIGHUP'] : [];
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2']) {
    let forwarded = fromTerminal.includes(signal);
    process.on(signal, () => {
      if (!forwarded) child.kill(signal);
      forwarded = true;
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      child.stdio[3].end('\n');
      resolve(code ?? 128 + constants.signals[signal]);
    });
  });
}
