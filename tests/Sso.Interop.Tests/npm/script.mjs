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

/** How long one wait may take, in milliseconds: the limit of the whole test suite. */
export const patience = Number(process.env.PATIENCE);

/** Does the work again until it gives something, for as long as the patience lasts. */
export async function eventually(what, work) {
  const until = Date.now() + patience;
  for (;;) {
    const result = await work();
    if (result !== undefined) {
      return result;
    }
    if (Date.now() > until) {
      throw new Error(`Never happened: ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
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
