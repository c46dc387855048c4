import type { ConformanceTest } from "../scene"
import { AVAILABILITY_TESTS } from "./availability"
import { BOOT_TESTS } from "./boot"
import { CREDENTIAL_TESTS } from "./credentials"
import { DEBUG_TESTS } from "./debug"
import { DECOMMISSIONING_TESTS } from "./decommissioning"
import { FAILSAFE_TESTS } from "./failsafe"
import { HARDWARE_TESTS } from "./hardware"
import { IDENTITY_TESTS } from "./identity"
import { KEY_TESTS } from "./keys"
import { LIFE_TESTS } from "./life"
import { LOG_TESTS } from "./log"
import { OWNER_TESTS } from "./owner"
import { PEER_TESTS } from "./peers"
import { PRIVACY_TESTS } from "./privacy"
import { ROOT_TESTS } from "./root"
import { TRANSPORT_TESTS } from "./transport"
import { UPDATE_TESTS } from "./update"

/** In the order in which they are run: what changes the device comes last. */
export const TESTS: readonly ConformanceTest[] = [
    ...IDENTITY_TESTS,
    ...CREDENTIAL_TESTS,
    ...DEBUG_TESTS,
    ...ROOT_TESTS,
    ...KEY_TESTS,
    ...LIFE_TESTS,
    ...LOG_TESTS,
    ...BOOT_TESTS,
    ...FAILSAFE_TESTS,
    ...HARDWARE_TESTS,
    ...AVAILABILITY_TESTS,
    ...PRIVACY_TESTS,
    ...TRANSPORT_TESTS,
    ...PEER_TESTS,
    ...OWNER_TESTS,
    ...DECOMMISSIONING_TESTS,
    ...UPDATE_TESTS,
]
