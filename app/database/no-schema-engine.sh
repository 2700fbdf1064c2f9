#!/bin/sh
# Stands where Prisma looks for its schema engine, which generating code does not need: it must exist and fail.
exit 1
