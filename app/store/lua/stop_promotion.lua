#!lua
-- @include ledger
-- Stops a promotion: nothing is counted of it any more. The first reason stays.
-- KEYS: totals, its hash
-- ARGV: 1 claim, 2 why
-- Returns {'R<slug>'} or {'', its hash flat}, which is empty where it is not there
local ledger, refusal = open_ledger(KEYS[1], ARGV[1])
if refusal then
  return {'R' .. refusal}
end
if redis.call('EXISTS', KEYS[2]) == 1 then
  redis.call('HSETNX', KEYS[2], 'stopped', ARGV[2])
end
return {'', redis.call('HGETALL', KEYS[2])}
