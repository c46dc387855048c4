import type { Log } from "../../src/core/ports"
import type { Opened } from "../identity/identity"

/**
 * What a device needs to know of its sessions. It stands by itself: a module that is only named has its first statements in every image, tables and all,
 * and a device without sessions is to have none of them.
 */
export interface ServesSessions {
    /** Reads who is known. No effect the second time. To be called once the device has proved who it is. @throws StoreError */
    open(opened: Opened, log: Log): Promise<void>
    /** Takes a frame that anybody may have sent over the bus. @returns the one that answers it; empty if none does */
    exchange(frame: Buffer): Promise<Buffer>
}
