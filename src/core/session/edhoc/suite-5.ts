import { CHACHA20_POLY1305 } from "../chacha20-suite"
import { type CipherSuite, CURVE_P256 } from "./suites"

/** ChaCha20-Poly1305, P-256. */
export const SUITE_5: CipherSuite = { number: 5, curve: CURVE_P256, aead: CHACHA20_POLY1305 }
