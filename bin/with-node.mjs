// Runs a script on the project's Node.js. Replaced by the bootstrap.
