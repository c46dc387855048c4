/** The record store on the device: writes across the generations' byte boundaries, mounts again, erases, and tells what it finds. */
import * as ds from "@devicescript/core"
import { pins } from "@dsboard/valve_pico"
import { FramSlots, RecordStore, StoreError, Supervisor } from "devicescript-domovoi"

const supervisor = new Supervisor(pins.HEARTBEAT)
supervisor.run.start()

const memory = new FramSlots()
const pause = async () => await ds.sleep(0)

async function mounted() {
    const store = new RecordStore(memory, pause)
    await store.mount()
    return store
}

async function tell(store: RecordStore) {
    for (const name of store.named) {
        if (!name) continue
        const value = await store.get(name)
        console.log(`${name}=${value.toString("hex")}`)
    }
    console.log(`healed ${store.healed}`)
}

let store = await mounted()
await tell(store)
if (!store.named.some(name => !!name)) {
    for (let n = 0; n < 100; n++) {
        await store.set("count", Buffer.from([n & 255, n >> 8]))
        await pause()
    }
    await store.set("longest", Buffer.alloc(96))
    await store.set("gone", Buffer.from("secret"))
    await store.erase("gone")
    try {
        await store.set("too-long", Buffer.alloc(97))
    } catch (error) {
        if (error instanceof StoreError) console.log(error.fault, error.message)
    }
    const start = ds.millis()
    store = await mounted()
    console.log(`mounted in ${ds.millis() - start} ms`)
    await tell(store)
}
console.log("done")
