/** Benchmark, for comparison: what Ed25519 and X25519 cost in a straightforward port of TweetNaCl. Takes minutes on a board. */

import { same } from "./bytes"
import { MESSAGE, PUBLIC_KEY, SEED, SHARED_SECRET, SIGNATURE, THEIR_KEY } from "./curve25519-answers"
import { finish, pause, section } from "./section"
import { verify } from "./tweetnacl/ed25519"
import { x25519 } from "./tweetnacl/x25519"

await section("tweetnacl.ed25519Verify", async () => await verify(PUBLIC_KEY, MESSAGE, SIGNATURE, pause))
await section("tweetnacl.x25519Agree", async () => same(await x25519(SEED, THEIR_KEY, pause), SHARED_SECRET))
await finish()
