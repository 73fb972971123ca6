// How statuses are drawn enters, as emoji or as lines, once for an app, a subtree or a component; badges below take it from here.

import {
  computed,
  inject,
  provide,
  toValue,
  type App,
  type ComputedRef,
  type InjectionKey,
  type MaybeRefOrGetter,
} from 'vue'

/** `emoji` has colours of its own; `line` is drawn in the colour of the text. */
export type IconStyle = 'emoji' | 'line'

const ICONS: InjectionKey<MaybeRefOrGetter<IconStyle>> = Symbol('runtail icons')

/** Chooses for what lies below: in `setup()` for the component's descendants, with `app` for the whole app. @default 'emoji' */
export function provideIcons(icons: MaybeRefOrGetter<IconStyle>, app?: App): void {
  if (app) app.provide(ICONS, icons)
  else provide(ICONS, icons)
}

/** The component's own choice, or else the one from above. */
export function useIcons(own: () => IconStyle | undefined): ComputedRef<IconStyle> {
  const above = inject(ICONS, 'emoji')
  return computed(() => own() ?? toValue(above))
}
