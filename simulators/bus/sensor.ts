import { US_PER_MS } from "../clock"
import { Service, type ServiceHost, type Values } from "./service"

/** Registers that all sensors share (Jacdac `_sensor` specification). */
const STREAMING_SAMPLES = 0x003
const STREAMING_INTERVAL = 0x004
const READING = 0x101
const STATUS_CODE = 0x103

const DEFAULT_INTERVAL_MS = 100
const MIN_INTERVAL_MS = 20
const MAX_INTERVAL_MS = 100_000
const READY = 0

/** A service with a reading: it answers when asked, and streams only after a client has asked for a number of samples. */
export class Sensor extends Service {
    #samplesLeft = 0
    #intervalMs = DEFAULT_INTERVAL_MS
    /** Counts the requests to stream: the newest stream ends the one before. */
    #stream = 0

    /** @param read the reading, as values of `format`; undefined while the sensor gives none */
    constructor(serviceClass: number, format: string, read: () => Values | undefined, instanceName?: string) {
        super(serviceClass, instanceName)
        this.register(READING, format, read)
        this.register(STATUS_CODE, "u16 u16", () => [READY, 0])
        this.register(
            STREAMING_SAMPLES,
            "u8",
            () => [this.#samplesLeft],
            ([samples]) => this.#startStream(samples),
        )
        this.register(
            STREAMING_INTERVAL,
            "u32",
            () => [this.#intervalMs],
            ([ms]) => {
                this.#intervalMs = Math.min(Math.max(ms, MIN_INTERVAL_MS), MAX_INTERVAL_MS)
            },
        )
    }

    override start(host: ServiceHost): void {
        super.start(host)
        this.#samplesLeft = 0
        this.#intervalMs = DEFAULT_INTERVAL_MS
    }

    #startStream(samples: number): void {
        this.#samplesLeft = samples
        const stream = ++this.#stream
        const sample = () => {
            if (stream !== this.#stream || this.#samplesLeft === 0) return
            this.#samplesLeft--
            this.reportRegister(READING)
            this.host?.after(this.#intervalMs * US_PER_MS, sample)
        }
        this.host?.after(0, sample)
    }
}
