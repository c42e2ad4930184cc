# The kernels in relaxed SIMD: a module of their own, because a browser that lacks it refuses a whole module for one
# such instruction. See winograd_multiply.h.
#
#   add_relaxed_kernels(TARGET FLAG...)
#
# lets the target's sources include relaxed_kernels.inc: the module's bytes, numbers with commas. The flags say
# which memory it is for.

if(CMAKE_SCRIPT_MODE_FILE)   # the second half of the build, below
  file(READ "${MODULE}" bytes HEX)
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
  file(WRITE "${INC}" "${bytes}\n")
  return()
endif()

function(add_relaxed_kernels target)
  set(kernels "${CMAKE_CURRENT_FUNCTION_LIST_DIR}")
  set(folder "${CMAKE_CURRENT_BINARY_DIR}/relaxed")
  set(module "${folder}/relaxed.wasm")
  set(inc "${folder}/relaxed_kernels.inc")
  file(MAKE_DIRECTORY "${folder}")
  # As a side module it brings neither memory nor tables nor any library.
  add_custom_command(OUTPUT "${inc}"
    COMMAND "${CMAKE_CXX_COMPILER}" -O3 -std=c++17 -fno-exceptions -msimd128 -mrelaxed-simd ${ARGN}
      "${kernels}/winograd_multiply_relaxed.cc" -sSIDE_MODULE=2 -Wl,--experimental-pic -o "${module}"
    COMMAND "${CMAKE_COMMAND}" "-DMODULE=${module}" "-DINC=${inc}" -P "${kernels}/relaxed.cmake"
    DEPENDS "${kernels}/winograd_multiply_relaxed.cc" "${kernels}/winograd_multiply.h" "${kernels}/relaxed.cmake"
    COMMENT "Kernels in relaxed SIMD")
  target_sources(${target} PRIVATE "${inc}")
  target_include_directories(${target} PRIVATE "${folder}" "${kernels}/..")
endfunction()
