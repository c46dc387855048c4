import { InputError } from "../input-error"

/** A unit as its maker knows it. All of it stands in the unit's certificate and on its label. */
export interface Unit {
    /** The maker's serial number. It never names a second unit. */
    serial: string
    model: string
    /** Id of the board, such as doorbell_c3. */
    board: string
    /** Device class of ISO/IEC 27402 that the unit answers for. */
    securityClass: 1 | 2
}

/** @throws InputError if a field cannot stand in a certificate, on a label and, for the serial number, as the name of a folder */
export function requireUnit(unit: Unit): void {
    requireSerial(unit.serial)
    requireField("model", unit.model)
    requireField("board", unit.board)
    requireField("security class", `${unit.securityClass}`)
}

export function isUnit({ serial, model, board, securityClass }: Unit): boolean {
    const fields = { "serial number": serial, model, board, "security class": `${securityClass}` }
    return FIELD_NAMES.every(field => FIELDS[field].pattern.test(fields[field]))
}

/** @throws InputError */
export function requireSerial(serial: string): void {
    requireField("serial number", serial)
}

export function isSerial(text: string): boolean {
    return FIELDS["serial number"].pattern.test(text)
}

function requireField(field: keyof typeof FIELDS, text: string): void {
    const { pattern, rule } = FIELDS[field]
    if (!pattern.test(text)) throw new InputError(`${field} ${JSON.stringify(text)} cannot be used: it has ${rule}`)
}

export const SERIAL_RULE = "1 to 30 capital letters, digits and hyphens, the first no hyphen"

const FIELDS = {
    // Characters of a PrintableString (RFC 5280 §4.1.2.4), of a QR code's alphanumeric mode and of a file name alike.
    "serial number": {
        pattern: /^[A-Z0-9][A-Z0-9-]{0,29}$/,
        rule: SERIAL_RULE,
    },
    model: {
        pattern: /^[A-Za-z0-9][A-Za-z0-9 .-]{0,31}$/,
        rule: "1 to 32 letters, digits, spaces, full stops and hyphens, the first a letter or digit",
    },
    board: {
        pattern: /^[a-z0-9][a-z0-9_]{0,31}$/,
        rule: "1 to 32 small letters, digits and underscores, the first no underscore",
    },
    "security class": { pattern: /^[12]$/, rule: "one digit, 1 or 2" },
}

const FIELD_NAMES = Object.keys(FIELDS) as (keyof typeof FIELDS)[]
