# Writes an assembler file that holds every file given by `patterns` (below `root`), and a table of
# them that src/embedded/files.cc reads. Run as a script: cmake -Droot=… -Dpatterns=… -Doutput=… -P
set(body "    .section .rodata\n")
set(table "")
set(count 0)
separate_arguments(patterns)
set(files "")
foreach(pattern IN LISTS patterns)
    file(GLOB_RECURSE found RELATIVE "${root}" "${root}/${pattern}")
    list(APPEND files ${found})
endforeach()
list(SORT files)
foreach(file IN LISTS files)
    string(APPEND body
        "name_${count}: .ascii \"${file}\"\nname_end_${count}:\n"
        "    .balign 16\ndata_${count}: .incbin \"${root}/${file}\"\ndata_end_${count}: .byte 0\n")
    string(APPEND table
        "    .quad name_${count}, name_end_${count} - name_${count}, data_${count}, data_end_${count} - data_${count}\n")
    math(EXPR count "${count} + 1")
endforeach()
file(WRITE "${output}.new"
    "${body}"
    "    .section .data.rel.ro, \"aw\"\n    .balign 8\n"
    "    .globl geniai_embedded_files\ngeniai_embedded_files:\n${table}"
    "    .globl geniai_embedded_files_count\ngeniai_embedded_files_count: .quad ${count}\n"
    "    .section .note.GNU-stack, \"\", @progbits\n")
# The time stamp must move even when only the content of an embedded file has changed.
file(RENAME "${output}.new" "${output}")
