import { expect, it } from 'vitest'
import { firstSentence, termsOf, wordsOfName } from '../../../registry/retrieve/words.ts'

it.each([
  ['get_stock-price', 'get stock price'],
  ['getStockPrice', 'get Stock Price'],
  ['HTMLToText', 'HTML To Text'],
  ['lol-champion.skin//sale', 'lol champion skin sale'],
  ['get-36kr-trending', 'get 36kr trending'],
  ['获取天气', '获取天气'],
  ['__', ''],
])('the name %s is the words "%s"', (name, words) => {
  expect(wordsOfName(name)).toBe(words)
})

it.each([
  ['Reading the files, READ a file!', ['read', 'the', 'file', 'read', 'a', 'file']],
  ['查询天气预报', ['查询', '询天', '天气', '气预', '预报']],
  ['用MCP查', ['用', 'mcp', '查']],
  ['12306 车票', ['12306', '车票']],
  ['Pokémon café', ['pokémon', 'café']],
  ['', []],
  ['--- !!', []],
])('%j is found by %j', (text, terms) => {
  expect(termsOf(text)).toEqual(terms)
})

it.each([
  ['Reads a file. It must exist.', 'Reads a file.'],
  ['Version 2.0 of it', 'Version 2.0 of it'],
  ['获取天气。可以指定城市。', '获取天气。'],
  ['\n First line\nsecond', 'First line'],
  ['', ''],
])('the first sentence of %j is %j', (text, sentence) => {
  expect(firstSentence(text)).toBe(sentence)
})
