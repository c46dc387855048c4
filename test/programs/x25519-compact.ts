/** What an agreement by the compact ladder costs a device, and whether it is right. */
import { finish, pause, section } from "devicescript-domovoi/devs/bench/section"
import { X25519_BASE_POINT, x25519Compact } from "devicescript-domovoi/src/core/crypto/x25519-compact"

const ALICE = hex`77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a`
const ALICE_PUBLIC = "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"
const BOB_PUBLIC = hex`de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f`
const SHARED = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"

// The first collection of a heap that was never full clears nearly all of it: a stretch that every program has once, whatever it computes.
for (let i = 0; i < 1000; i++) {
    Buffer.alloc(32)
    await pause()
}

await section("publicKey", async () => {
    const key = await x25519Compact(ALICE, X25519_BASE_POINT, pause)
    return key !== undefined && key.toString("hex") === ALICE_PUBLIC
})
await section("agree", async () => {
    const shared = await x25519Compact(ALICE, BOB_PUBLIC, pause)
    return shared !== undefined && shared.toString("hex") === SHARED
})
await finish()
