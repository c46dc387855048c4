import { aesCtrHmacSuite, type CounterMode } from "../aes-ctr-hmac-suite"
import { type CipherSuite, CURVE_P256 } from "./suites"

/** AES-256-CTR + HMAC-SHA-256-128 (docs/session.md), P-256. Private use: -24 to -21 are nobody's (RFC 9528 §10.2). */
export function suiteMinus22(counterMode: CounterMode): CipherSuite {
    return { number: -22, curve: CURVE_P256, aead: aesCtrHmacSuite(counterMode) }
}
