/** What lets somebody in, as text: what stands on a label, or what an owner hands out. */
import { Standing } from "../../core/session/device/household"
import { decodeCrockfordDigits, encodeCrockford } from "../identity/crockford"
import { PAIRING_SECRET_BYTES, readPairingCode } from "../identity/pairing-secret"
import { InputError } from "../input-error"

export interface WayIn {
    standing: Standing
    /** 16 bytes. */
    secret: Buffer
    /** Of the unit, if the text says it. */
    serial?: string
}

/** Label: `DOMOVOI:1:SERIAL:SECRET`. Invitation: `DOMOVOI:I1:SERIAL:SECRET`, by its number from 1 on. */
const CODE = /^DOMOVOI:(1|I[1-9]):([0-9A-Z-]{1,30}):([0-9A-Z]+)$/

/**
 * @param text what the QR code of a label or of an invitation says, or the nine groups of a label as somebody types them
 * @throws InputError
 */
export function readWayIn(text: string): WayIn {
    const code = CODE.exec(text.trim().toUpperCase())
    const secret = code ? decodeCrockfordDigits(code[3], PAIRING_SECRET_BYTES) : readPairingCode(text.trim())
    if (!secret)
        throw new InputError(
            "that is no label and no invitation: give what the QR code says, DOMOVOI:1:SERIAL:SECRET, or the nine groups of three below it",
        )
    const standing = code && code[1] !== "1" ? Standing.ByInvitation + Number(code[1].slice(1)) - 1 : Standing.ByLabel
    return { standing, secret: Buffer.from(secret), serial: code?.[2] }
}

/** @param invitation its number, from 0 on */
export function invitationText(serial: string, invitation: number, secret: Uint8Array): string {
    return `DOMOVOI:I${invitation + 1}:${serial}:${encodeCrockford(secret).slice(0, -1)}`
}
