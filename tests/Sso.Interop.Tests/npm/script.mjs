/** Reads what a script needs from the environment; all of it must be there. */
export function settings(...names) {
  return names.map((name) => {
    const value = process.env[name];
    if (!value) {
      throw new Error(`${name} is not set.`);
    }
    return value;
  });
}

/** Prints what was seen as one line of JSON, or says on standard error what went wrong and ends with code 1. */
export async function report(work) {
  try {
    process.stdout.write(`${JSON.stringify(await work())}\n`);
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
  }
}

/** A step, named on standard error, so that a failure or a time-out says where it happened. */
export async function step(name, work) {
  const started = Date.now();
  const result = await work();
  console.error(`${name}: ${Date.now() - started} ms`);
  return result;
}

export function expect(condition, what) {
  if (!condition) {
    throw new Error(`Expected: ${what}`);
  }
}
