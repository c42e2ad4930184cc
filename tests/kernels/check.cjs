/**
 * Runs a program's `main` once for each line of the standard input, with the words of the line: node takes longer to
 * start than most comparisons take. A line `= STATUS` ends what each prints.
 */
const { createInterface } = require("node:readline");

const start = require(process.argv[2]);

(async () => {
  const program = await start({ noInitialRun: true });
  for await (const line of createInterface({ input: process.stdin })) {
    const status = program.callMain(line.split(" ").filter(Boolean));
    console.log(`= ${status}`);
  }
  process.exit();
})();
