// What tests do with a real page: wait for frames, mount into the document, and take everything away again.

import { mount, type ComponentMountingOptions } from '@vue/test-utils'
import { afterEach } from 'vitest'
import type { Component } from 'vue'

const mounted: { unmount(): void }[] = []

afterEach(() => {
  for (const wrapper of mounted.splice(0)) wrapper.unmount()
  document.body.replaceChildren()
})

/** Mounts into the document, since there is no layout outside of it; unmounts after the test. */
export function show<C extends Component>(component: C, options: ComponentMountingOptions<C> = {}) {
  const place = document.createElement('div')
  document.body.append(place)
  const wrapper = mount(component, { ...options, attachTo: place } as ComponentMountingOptions<C>)
  mounted.push(wrapper)
  return wrapper
}

/** Resolves after a frame has been painted with everything that was asked for before. */
export async function painted(): Promise<void> {
  for (let frame = 0; frame < 3; frame += 1) {
    await new Promise((resolve) => {
      requestAnimationFrame(resolve)
    })
  }
}
