import { aesVectors, ccmExamples, ccmPacketVectors } from "./aes-ccm"
import { chacha20Poly1305Vectors, chacha20Vectors, poly1305Vectors } from "./chacha20-poly1305"
import { hkdfVectors, hmacVectors } from "./hmac-hkdf"
import { sha2Vectors } from "./sha2"
import { slhDsaVectors } from "./slhdsa"
import type { VectorRun } from "./vector-run"

export type Suite = (run: VectorRun) => Promise<void>

/** Of what is built on the `Digest` port: to be run with every kind of it. */
export const DIGEST_SUITES: Suite[] = [hmacVectors, hkdfVectors, slhDsaVectors]

export const SUITES: Suite[] = [
    sha2Vectors,
    chacha20Vectors,
    poly1305Vectors,
    chacha20Poly1305Vectors,
    aesVectors,
    ccmExamples,
    ccmPacketVectors,
]
