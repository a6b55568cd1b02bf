// Ends before it is ready.
process.stderr.write('the reason, in its own words\n')
process.exit(3)
