/** Messages of CoAP, RFC 7252, as they are worked with. */

/** Types, §3. */
export enum CoapType {
    Confirmable = 0,
    NonConfirmable = 1,
    Acknowledgement = 2,
    Reset = 3,
}

/** The codes that are used, §12.1: three bits of class and five of detail. */
export enum CoapCode {
    Empty = 0x00,
    Get = 0x01,
    Post = 0x02,
    Delete = 0x04,
    Deleted = 0x42,
    Changed = 0x44,
    Content = 0x45,
    BadRequest = 0x80,
    Unauthorized = 0x81,
    BadOption = 0x82,
    Forbidden = 0x83,
    NotFound = 0x84,
    NotAllowed = 0x85,
    ServerError = 0xa0,
}

export interface CoapOption {
    readonly number: number
    readonly value: Buffer
}

export interface CoapMessage {
    readonly type: CoapType
    /** One byte. Of a protected message, it is that of the message inside as soon as that is opened. */
    readonly code: number
    /** 16 bits. */
    readonly messageId: number
    /** At most `TOKEN_BYTES`. */
    readonly token: Buffer
    /** In the order of their numbers. */
    readonly options: CoapOption[]
    /** Empty if there is none. */
    readonly payload: Buffer
}

export function isRequest(code: number): boolean {
    return code > 0 && code < 0x20
}

/** Classes 2, 4 and 5. */
export function isResponse(code: number): boolean {
    const kind = code >> 5
    return kind === 2 || kind === 4 || kind === 5
}

/** @returns the value of a message's first option of that number; undefined if it has none */
export function optionValue(options: CoapOption[], number: number): Buffer | undefined {
    for (const option of options) if (option.number === number) return option.value
    return undefined
}
