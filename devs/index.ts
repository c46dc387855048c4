/**
 * What a maker imports: `import { Device } from "devicescript-domovoi"`. The rules of one kind of device, and what carries them out, are imported
 * from their own files: the compiler leaves the tables of whatever this exports in every image.
 */
// Before all others: see there.

export * from "../src/core/failsafe/cause"
export * from "../src/core/failsafe/fail-safe"
export * from "../src/core/failsafe/sensor-judge"
export * from "../src/core/failsafe/sensor-pin"
export * from "../src/core/ports"
export * from "../src/core/store/record-store"
export * from "../src/core/store/store-error"
export * from "../src/core/store/stored-number"
export * from "./device"
export * from "./drivers/fram"
export * from "./identity/root-of-trust"
export * from "./io/contact"
export * from "./io/inside-button"
export * from "./io/pinned-sensor"
export * from "./io/safe-output"
export * from "./servers/domovoi"
export * from "./servers/server"
export * from "./servers/start-server"
export * from "./stores/fram-slots"
export * from "./stores/settings-slots"
export * from "./stores/storage"
export * from "./supervisor"
