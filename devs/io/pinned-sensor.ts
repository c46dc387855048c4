import type * as ds from "@devicescript/core"
import { littleEndian32 } from "../../src/core/crypto/words"
import { Event } from "../../src/core/eventlog/event"
import type { SensorLimits } from "../../src/core/failsafe/sensor-judge"
import { SensorPin } from "../../src/core/failsafe/sensor-pin"
import type { Log, Store } from "../../src/core/ports"
import { soundRecord } from "../../src/core/store/sound-record"
import { hearReadings } from "./sensor-readings"

/** Record of the module that counts, as `SensorPin` names it. */
const SENSOR_RECORD = "sensor"

/**
 * A sensor on the bus on which safety depends. The runtime binds a role to any module of its class, and any peer may have it bound to
 * another; so what counts is who sent each reading. See `SensorPin` for how a module comes to count.
 */
export class PinnedSensor {
    readonly pin: SensorPin
    private store: Store
    private log: Log

    constructor(limits: SensorLimits) {
        this.pin = new SensorPin(limits)
    }

    /**
     * Listens to whatever module the runtime binds to a role of the sensor's class. With so many roles, so many modules are heard at a time.
     * @param hear is given each reading, with the module that says it, and the latest time of which it is known that it did not arrive before
     */
    listen(role: ds.Role, hear: (module: string, reading: number, atMs: number) => void): void {
        hearReadings(role, hear, this.pin.judge)
    }

    /**
     * Reads which module counts. If the record is damaged, or not this device's, none does until somebody chooses one.
     * @param log takes down whom somebody chooses
     * @throws StoreError if the memory does not answer
     */
    async recall(store: Store, log: Log): Promise<void> {
        this.store = store
        this.log = log
        const record = await soundRecord(store, SENSOR_RECORD)
        this.pin.restore(record ? record.toString() : "", !record)
    }

    /** Keeps what somebody has chosen, if they have. To be called behind every `SensorPin.choose`, and not twice at a time. @throws StoreError */
    async keep(): Promise<void> {
        const { pin, log } = this
        const { chosen } = pin
        if (chosen === "") return
        await this.store.set(SENSOR_RECORD, Buffer.from(chosen))
        log.record(Event.Sensor, 0, firstWord(pin.module))
        log.record(Event.Sensor, 1, firstWord(chosen))
        pin.restore(chosen, false)
    }
}

/** The first four bytes of a module's identifier, as a number of the log. */
function firstWord(module: string): number {
    return littleEndian32(Buffer.from(module, "hex"), 0) >>> 0
}
