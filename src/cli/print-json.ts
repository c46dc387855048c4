/** Prints what a program wants to read: one object, on one line. */
export function printJson(value: object): void {
    process.stdout.write(`${JSON.stringify(value)}\n`)
}
