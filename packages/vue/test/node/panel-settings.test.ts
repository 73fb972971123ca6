// Choices of the toolbar: what they ask for, what they hide.
import { LogBuffer } from '@runtail/core'
import { expect, test } from 'vitest'
import { filterQuery, isHidden, withLevelToggled, type PanelSettings } from '../../src/log-viewer/panel-settings.ts'
import { makeLog } from '../support/fake-client.ts'

const settings: PanelSettings = { levels: [], step: '', wrap: false, time: 'local', singleKeys: true }

test('levels are toggled one by one', () => {
  const one = withLevelToggled(settings, 'error')
  const two = withLevelToggled(one, 'debug')
  expect(two.levels).toEqual(['error', 'debug'])
  expect(withLevelToggled(two, 'error').levels).toEqual(['debug'])
  expect(settings.levels).toEqual([])
})

test('without a filter there is no query', () => {
  expect(filterQuery(settings)).toBeUndefined()
  expect(filterQuery({ ...settings, levels: ['error'] })).toEqual({ levels: ['error'] })
  expect(filterQuery({ ...settings, step: 'load' })).toEqual({ steps: ['load'] })
  expect(filterQuery({ ...settings, levels: ['error'], step: 'load' })).toEqual({ levels: ['error'], steps: ['load'] })
})

test('what is hidden', () => {
  const logs = new LogBuffer()
  logs.put(makeLog(1, { level: 'error', step_name: 'load' }))
  expect(isHidden(settings, logs, 1)).toBe(false)
  expect(isHidden({ ...settings, levels: ['error'], step: 'load' }, logs, 1)).toBe(false)
  expect(isHidden({ ...settings, levels: ['info'] }, logs, 1)).toBe(true)
  expect(isHidden({ ...settings, step: 'save' }, logs, 1)).toBe(true)
  // What is not loaded is a placeholder in any list.
  expect(isHidden({ ...settings, levels: ['info'] }, logs, 2)).toBe(false)
})
