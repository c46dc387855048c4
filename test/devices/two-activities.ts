/** Two activities under one heartbeat. The first makes progress more often than the line changes; the second rests while the button is pressed. */
import * as ds from "@devicescript/core"
import { pins } from "@dsboard/valve_pico"
import { Contact, Supervisor } from "devicescript-domovoi"

const supervisor = new Supervisor(pins.HEARTBEAT)
const button = new Contact(pins.BUTTON)
const restless = supervisor.supervise()
const other = supervisor.supervise()

supervisor.run.start()
while (true) {
    button.closes()
    restless.progress()
    if (!button.closed) other.progress()
    await ds.sleep(10)
}
