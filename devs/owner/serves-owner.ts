import type { Log, Store } from "../../src/core/ports"
import type { Asker } from "../../src/core/session/device/requests"
import type { Opened } from "../identity/identity"
import type { Server } from "../servers/server"

/** What a device needs to know of its sessions. */
export interface ServesPeople {
    /** Whether it is proved that nobody is known; undefined as long as nobody knows. */
    isNobodys(): boolean | undefined
    /** Takes a frame that anybody may have sent over the bus. @returns the one that answers it; empty if none does */
    exchange(frame: Buffer): Promise<Buffer>
}

/**
 * What a device needs to know of its owner. It stands by itself: a module that is only named has its first statements in every image, tables and all, and a
 * device without an owner is to have none of them.
 */
export interface ServesOwner extends Server {
    /** Whether the owner has disabled the device. */
    readonly disabled: boolean
    /** Completes a reset that was begun. To be called with the mounted store, before anything is read. @throws StoreError */
    open(store: Store, log: Log): Promise<void>
    /** Reads people and wishes. To be called whenever the device has proved who it is. @throws StoreError */
    load(opened: Opened): Promise<void>
    readonly sessions: ServesPeople
    /** Whether somebody may answer for an update. Of a device that has no owner yet, anybody may. */
    approves(asker: Asker | undefined): boolean
}
