/** What a program that runs published vectors counts, and prints at its end. */
let compared = 0
let wrong = 0

/** Compares with what was published; undefined stands for a refusal. Prints the name of what differs. */
export function compare(name: string, got: Buffer | undefined, published: Buffer | undefined) {
    compared++
    if (got === undefined && published === undefined) return
    if (got !== undefined && published !== undefined && got.toString("hex") === published.toString("hex")) return
    wrong++
    console.log(`wrong: ${name}`)
}

export function printTally() {
    console.log(`${compared} compared, ${wrong} wrong`)
}
