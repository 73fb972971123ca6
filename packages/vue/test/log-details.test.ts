// Details of a line: trees of which only what is open exists, long texts in parts, text that never becomes HTML.
import { LogBuffer } from '@runtail/core'
import { describe, expect, test, vi } from 'vitest'
import { makeLog } from './support/fake-client.ts'
import { logPanel } from './support/log-panel.ts'
import { painted } from './support/page.ts'

async function opened(fields: Parameters<typeof makeLog>[1]) {
  const logs = new LogBuffer()
  logs.put(makeLog(1, fields))
  const panel = await logPanel(logs)
  ;(panel.viewport.querySelector('.rt-row-more') as HTMLElement).click()
  await painted()
  const detail = panel.wrapper.get('.rt-detail')
  const summaries = () => detail.findAll('.rt-json-summary').map((summary) => summary.text().replaceAll(/\s+/g, ' '))
  return { panel, detail, summaries }
}

describe('input and output', () => {
  test('open level by level; what is closed does not exist', async () => {
    const { detail, summaries } = await opened({ input_data: { url: 'u', headers: { accept: '*/*', more: [1] } } })
    expect(summaries()).toEqual(['{2 keys}', 'headers: {2 keys}'])
    expect(detail.text()).not.toContain('*/*')
    await detail.findAll('.rt-json-summary')[1]?.trigger('click')
    await painted()
    expect(detail.text()).toContain('accept: "*/*"')
    expect(summaries()).toEqual(['{2 keys}', 'headers: {2 keys}', 'more: [1 item]'])
  })

  test('a huge array comes in pages', async () => {
    const { detail } = await opened({ output_data: Array.from({ length: 100_000 }, (_, index) => index) })
    expect(detail.findAll('.rt-json')).toHaveLength(101)
    const more = detail.findAll('button').find((button) => button.text() === 'Show more of 100,000')
    await more?.trigger('click')
    expect(detail.findAll('.rt-json')).toHaveLength(201)
    expect(detail.text()).toContain('199: 199')
  })

  test('values of every kind, with an own key of any name', async () => {
    const value = JSON.parse('{"a":null,"b":true,"c":1.5,"d":"x","__proto__":{"e":1},"f":[],"":0}') as never
    const { detail, summaries } = await opened({ input_data: value })
    for (const text of ['a: null', 'b: true', 'c: 1.5', 'd: "x"', 'f:  [0 items]'])
      expect(detail.text()).toContain(text)
    expect(summaries()).toContain('__proto__: {1 key}')
  })

  test('a value that is neither is there, too', async () => {
    const { detail } = await opened({ input_data: 'only text', output_data: null })
    expect(detail.findAll('.rt-detail-text').map((part) => part.text())).toEqual(['line 1', '"only text"', 'null'])
  })

  test('a long string is clipped until all of it is asked for', async () => {
    const { detail } = await opened({ input_data: { note: 'x'.repeat(100_000) } })
    expect(detail.get('.rt-json .rt-detail-text').text()).toHaveLength(8192)
    await detail.get('.rt-json .rt-detail-text + button').trigger('click')
    expect(detail.get('.rt-json .rt-detail-text').text()).toHaveLength(100_002)
  })

  test('is copied as JSON', async () => {
    const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue()
    const { panel } = await opened({ input_data: { a: [1] } })
    await panel.click('Copy Input')
    expect(write).toHaveBeenCalledWith('{\n  "a": [\n    1\n  ]\n}')
    write.mockRestore()
  })
})

test('nothing becomes HTML: neither of a message nor of data', async () => {
  const html = '<img src=x onerror=alert(1)>'
  const { panel, detail } = await opened({
    message: `\u001b[31m${html}`,
    error_message: html,
    input_data: { [html]: html },
  })
  expect(panel.root.querySelector('img')).toBeNull()
  expect(detail.text()).toContain(`${html}: "${html}"`)
})

test('a line of 5 MB does not hurt: clipped at first, then whole, in parts that are laid out when they come into view', async () => {
  const { detail } = await opened({ message: 'abc def '.repeat(625_000) })
  expect(detail.get('.rt-detail-text').text()).toHaveLength(8191)
  await detail.get('.rt-detail-text + button').trigger('click')
  await painted()
  expect(detail.get('.rt-detail-text').element.textContent).toHaveLength(5_000_000)
  expect(detail.findAll('.rt-detail-part').length).toBeGreaterThan(600)
})
