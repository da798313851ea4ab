#!lua
-- @include ledger
-- Sets how far people are kept out, from the next gift on, and tells all workers.
-- KEYS: totals, barred
-- ARGV: 1 claim, 2 channel; then for each person: who, version, msgpack of Barred
-- Returns 'N' for each who was set and 'O' for each of whom a newer version is there, joined, or 'R<slug>'
local ledger, refusal = open_ledger(KEYS[1], ARGV[1])
if refusal then
  return 'R' .. refusal
end
local users, answers = {}, {}
for i = 3, #ARGV, 3 do
  users[#users + 1] = ARGV[i]
end
for i, known in ipairs(redis.call('HMGET', KEYS[2], unpack(users))) do
  local user, version, state = users[i], tonumber(ARGV[3 * i + 1]), ARGV[3 * i + 2]
  answers[i] = known and cmsgpack.unpack(known)[1] >= version and 'O' or 'N'
  if answers[i] == 'N' then
    redis.call('HSET', KEYS[2], user, state)
    redis.call('SPUBLISH', ARGV[2], user .. ' ' .. state)
  end
end
return table.concat(answers)
