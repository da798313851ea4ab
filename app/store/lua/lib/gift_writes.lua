-- What a batch of gifts leaves in its rooms, and what other workers are told of balances; nothing here can fail.

local function write_rooms(rooms, at)
  for _, room in ipairs(rooms) do
    if next(room.changed) then
      redis.call('HSET', room.streaks_key, unpack(flatten(room.changed, write_streak)))
    end
    for user, coins in pairs(room.board) do
      redis.call('ZINCRBY', room.board_key, int(coins), user)
    end
    for user, gifts in pairs(room.gift_board) do
      redis.call('ZINCRBY', room.gift_board_key, int(gifts), user)
    end
    if room.coins > 0 then
      redis.call('HINCRBY', room.key, 'coins', int(room.coins))
    end
    keep_goal(room, at)
    publish_events(room, room.log, room.channel)
  end
end

-- Under the name of the worker, which does not listen to itself, or not at all with ''. Without a worker, to all of them.
local function tell_balances(paid, givers, ledger, channel, worker)
  if worker ~= '' then
    local moved = {worker or ''}
    for user, left in pairs(paid) do
      moved[#moved + 1] = user .. ' ' .. int(left) .. ' ' .. int(ledger.n) .. (givers.levels[user] or '')
    end
    redis.call('SPUBLISH', channel, table.concat(moved, '\n'))
  end
end
