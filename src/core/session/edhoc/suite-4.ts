import { CHACHA20_POLY1305 } from "../chacha20-suite"
import { type CipherSuite, CURVE_X25519 } from "./suites"

/** ChaCha20-Poly1305, X25519. */
export const SUITE_4: CipherSuite = { number: 4, curve: CURVE_X25519, aead: CHACHA20_POLY1305 }
