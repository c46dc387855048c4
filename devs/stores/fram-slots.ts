import * as ds from "@devicescript/core"
import {
    CERTIFICATES_AT,
    CERTIFICATES_BYTES,
    LEDGER_AT,
    LEDGER_BYTES,
    LOG_AT,
    LOG_BYTES,
    POLICIES_AT,
    POLICIES_BYTES,
    RECORD_SLOTS,
    SLOT_BYTES,
    SPARE_AT,
    STAGING_AT,
    STAGING_BYTES,
} from "../../src/core/store/memory-layout"
import { Fram } from "../drivers/fram"
import { FramArea } from "./fram-area"
import type { Storage } from "./storage"

/** Slots at the start of a FRAM of 32 KiB, and behind them the certificates, the event log, and what updates need. */
export class FramSlots implements Storage {
    readonly kind = ds.DomovoiStorage.Fram
    readonly slots = RECORD_SLOTS
    readonly slotBytes = SLOT_BYTES
    readonly certificates: FramArea
    readonly log: FramArea
    readonly ledger: FramArea
    readonly staging: FramArea
    readonly policies: FramArea
    private readonly fram: Fram

    constructor(fram: Fram = new Fram()) {
        this.fram = fram
        this.certificates = new FramArea(fram, CERTIFICATES_AT, CERTIFICATES_BYTES)
        this.log = new FramArea(fram, LOG_AT, LOG_BYTES)
        this.ledger = new FramArea(fram, LEDGER_AT, LEDGER_BYTES)
        this.staging = new FramArea(fram, STAGING_AT, STAGING_BYTES)
        this.policies = new FramArea(fram, POLICIES_AT, POLICIES_BYTES)
    }

    async prove(): Promise<void> {
        await this.fram.proveSize(SPARE_AT)
    }

    async read(slot: number, length: number): Promise<Buffer> {
        return await this.fram.read(slot * this.slotBytes, length)
    }

    async write(slot: number, bytes: Buffer): Promise<void> {
        await this.fram.write(slot * this.slotBytes, bytes)
    }
}
