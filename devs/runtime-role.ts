import type * as ds from "@devicescript/core"

/** A role as the runtime knows it: it is given each packet for it, and undefined when something was bound to it or is gone. */
export type RuntimeRole = ds.Role & { _onPacket: (packet: ds.Packet | undefined) => Promise<void> }
