import { createCipheriv } from "node:crypto"
import type { CounterMode } from "../../core/session/aes-ctr-hmac-suite"

/** On Node, what the runtime does natively on the device. */
export const counterMode: CounterMode = (key, nonce, data) => {
    const firstBlock = Buffer.concat([Buffer.from([1]), nonce, Buffer.from([0, 1])])
    return createCipheriv("aes-256-ctr", key, firstBlock).update(data)
}
