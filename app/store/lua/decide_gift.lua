#!lua
-- @include ledger
-- Decides on a gift that waits for an approval: approved, the same gift goes when it is sent once more; else it never does.
-- KEYS: totals, the bucket of its id
-- ARGV: 1 claim, 2 `<user>:<id>`, 3 '1' approved
-- Returns 'N', 'O' where it does not wait (any more), or 'R<slug>'
local ledger, refusal = open_to_money(KEYS[1], ARGV[1])
if refusal then
  return 'R' .. refusal
end
local prior = redis.call('HGET', KEYS[2], ARGV[2])
if not prior or string.sub(prior, 17, 17) ~= 'P' or redis.call('HEXISTS', KEYS[2], 'ok:' .. ARGV[2]) == 1 then
  return 'O'
end
if ARGV[3] == '1' then
  redis.call('HSET', KEYS[2], 'ok:' .. ARGV[2], 1)
else
  redis.call('HSET', KEYS[2], ARGV[2], string.sub(prior, 1, 16) .. 'L|guardian|0|0')
end
return 'N'
