import { aesCtrHmacSuite, type CounterMode } from "../aes-ctr-hmac-suite"
import { type CipherSuite, CURVE_X25519 } from "./suites"

/** AES-256-CTR + HMAC-SHA-256-128 (docs/session.md), X25519. Private use: -24 to -21 are nobody's (RFC 9528 §10.2). */
export function suiteMinus21(counterMode: CounterMode): CipherSuite {
    return { number: -21, curve: CURVE_X25519, aead: aesCtrHmacSuite(counterMode) }
}
