/** Bus modules with one contact: a push-button, a switch. */
import { ButtonService } from "../bus/services/button"
import type { Contact, ContactSensor } from "../bus/services/contact"
import { SwitchService } from "../bus/services/switch"
import { MechanicalContact } from "./contact"
import { BusModule } from "./module"
import type { PartContext } from "./part"
import { contactActions, type SwitchForm, switchForms } from "./switch"

/** Push-button module, Jacdac button service. Actions: those of a button, `unplug`, `plug`. */
export function buttonModule(context: PartContext): BusModule {
    return contactModule(context, {
        kind: "button-module",
        description: "Button",
        knob: switchForms.button,
        service: contact => new ButtonService(contact),
    })
}

/** Switch module, Jacdac switch service. Actions: those of a slide switch, `unplug`, `plug`. */
export function switchModule(context: PartContext): BusModule {
    return contactModule(context, {
        kind: "switch-module",
        description: "Switch",
        knob: switchForms["slide-switch"],
        service: contact => new SwitchService(contact),
    })
}

interface ContactModuleForm {
    kind: string
    description: string
    knob: SwitchForm
    service(contact: Contact): ContactSensor
}

function contactModule(context: PartContext, { kind, description, knob, service }: ContactModuleForm): BusModule {
    const contact = new MechanicalContact(context, false)
    return new BusModule(context, kind, {
        description,
        services: [service(contact)],
        actions: contactActions(contact, knob),
        observe: () => knob.observe(contact.read()),
    })
}
