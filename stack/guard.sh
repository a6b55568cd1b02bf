# Ends the process groups named on standard input once that input closes: the writer is the process that started them,
# so however it died, kill -9 included, they do not outlive it. Servers are ended last: programs may need them to end well.
#   program PID, server PID    from now on
#   drop PID                   no longer: it has ended, and its number may be given to a stranger
trap '' INT HUP TERM
programs=' '
servers=' '

without() {
  case $1 in
    *" $2 "*) printf %s "${1%%" $2 "*} ${1#*" $2 "}" ;;
    *) printf %s "$1" ;;
  esac
}

while read -r verb pid; do
  case $verb in
    program) programs="$programs$pid " ;;
    server) servers="$servers$pid " ;;
    drop)
      programs=$(without "$programs" "$pid")
      servers=$(without "$servers" "$pid")
      ;;
  esac
done

some_alive() {
  for pid in $1; do kill -0 "-$pid" 2>/dev/null && ! is_unreaped "$pid" && return 0; done
  return 1
}

# It has ended, and nobody has asked after it: who started it is gone, and not every init asks at once. Linux tells.
is_unreaped() {
  read -r stat 2>/dev/null <"/proc/$1/stat" && case ${stat##*) } in Z*) return 0 ;; esac
  return 1
}

end_all() {
  for pid in $1; do kill -TERM "-$pid" 2>/dev/null; done
  tenths=0
  while some_alive "$1" && [ $tenths -lt 50 ]; do
    sleep 0.1
    tenths=$((tenths + 1))
  done
  for pid in $1; do kill -KILL "-$pid" 2>/dev/null; done
}

end_all "$programs"
end_all "$servers"
