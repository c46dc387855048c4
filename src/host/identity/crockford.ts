/** Base 32 as Douglas Crockford has it: for people to read out and type, so no I, L, O or U, and a check symbol. */

/** @returns the bytes as one number, most significant first, and its check symbol: the number modulo 37 */
export function encodeCrockford(bytes: Uint8Array): string {
    let rest = numberOf(bytes)
    const check = SYMBOLS[Number(rest % 37n)]
    let digits = ""
    for (let i = 0; i < digitsFor(bytes.length); i++) {
        digits = SYMBOLS[Number(rest % 32n)] + digits
        rest /= 32n
    }
    return digits + check
}

/**
 * Capital and small letters are the same, O is read as 0, I and L as 1; hyphens are passed over.
 * @returns undefined unless it is the code of that many bytes and the check symbol agrees
 */
export function decodeCrockford(text: string, length: number): Uint8Array | undefined {
    const values = valuesOf(text)
    const check = values.pop()
    const number = numberIn(values, length)
    return number !== undefined && number % 37n === check ? bytesOf(number, length) : undefined
}

/** The same without a check symbol: what a machine has read. */
export function decodeCrockfordDigits(text: string, length: number): Uint8Array | undefined {
    const number = numberIn(valuesOf(text), length)
    return number === undefined ? undefined : bytesOf(number, length)
}

function valuesOf(text: string): bigint[] {
    const symbols = text.toUpperCase().replaceAll("-", "").replaceAll("O", "0").replaceAll(/[IL]/g, "1")
    return Array.from(symbols, symbol => BigInt(SYMBOLS.indexOf(symbol)))
}

function numberIn(digits: readonly bigint[], length: number): bigint | undefined {
    if (digits.length !== digitsFor(length) || digits.some(value => value < 0n || value >= 32n)) return undefined
    const number = digits.reduce((sum, value) => sum * 32n + value, 0n)
    return number < 1n << BigInt(8 * length) ? number : undefined
}

function bytesOf(number: bigint, length: number): Uint8Array {
    return Buffer.from(number.toString(16).padStart(2 * length, "0"), "hex")
}

/** The digits, and five more that only the check symbol can be. */
const SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U"

function digitsFor(bytes: number): number {
    return Math.ceil((8 * bytes) / 5)
}

function numberOf(bytes: Uint8Array): bigint {
    return BigInt(`0x${Buffer.from(bytes).toString("hex")}`)
}
