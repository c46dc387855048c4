import type { Suite } from "../../crypto/vectors/suites"
import { partialIvs, replayWindows } from "./numbers"
import { oscoreKeyVectors, oscoreMessageVectors, oscoreOptionVectors } from "./oscore"

export const SESSION_SUITES: Suite[] = [
    oscoreOptionVectors,
    oscoreKeyVectors,
    oscoreMessageVectors,
    partialIvs,
    replayWindows,
]
