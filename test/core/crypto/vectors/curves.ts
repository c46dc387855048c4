import { ed25519Vectors } from "./ed25519"
import { ecdhP256Vectors, ecdsaP256Vectors } from "./p256"
import type { Suite } from "./suites"
import { x25519CompactVectors, x25519Vectors } from "./x25519"

export const CURVE_SUITES: Suite[] = [
    ed25519Vectors,
    x25519Vectors,
    x25519CompactVectors,
    ecdsaP256Vectors,
    ecdhP256Vectors,
]
