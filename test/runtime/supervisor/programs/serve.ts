/** Runs until SIGTERM; says its pid first. With `stubborn` it does not mind SIGTERM. */
process.stdout.write(`${process.pid}\n`);
const timer = setInterval(() => {}, 1000);
process.on('SIGTERM', () => {
  process.stdout.write('told to stop\n');
  if (!process.argv.includes('stubborn')) clearInterval(timer);
});
