import { i2c } from "@devicescript/i2c"
import { holdValveOpen } from "./hold-valve-open"

// Reads a byte of the FRAM; whether that ever returns is up to the bus.
await holdValveOpen(async () => {
    await i2c.xfer(0x50, hex`0000`, 1)
})
