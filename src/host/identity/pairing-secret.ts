import { decodeCrockford, encodeCrockford } from "./crockford"

export const PAIRING_SECRET_BYTES = 16

/** The secret as the label shows it: 26 digits of base 32 and a check symbol, in nine groups of three. */
export function pairingCode(secret: Uint8Array): string {
    return encodeCrockford(secret).match(/.{3}/g)!.join("-")
}

/** @param text as a person types it @returns undefined if it was mistyped */
export function readPairingCode(text: string): Uint8Array | undefined {
    return decodeCrockford(text, PAIRING_SECRET_BYTES)
}

/** What the label's QR code says: `DOMOVOI:1:SERIAL:SECRET`, the secret without its check symbol. All of it fits alphanumeric mode. */
export function pairingUri(serial: string, secret: Uint8Array): string {
    return `DOMOVOI:1:${serial}:${encodeCrockford(secret).slice(0, -1)}`
}
