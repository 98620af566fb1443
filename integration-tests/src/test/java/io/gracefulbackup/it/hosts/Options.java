package io.gracefulbackup.it.hosts;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The arguments of a host, {@code name=value} each. */
final class Options {
    private final Map<String, String> values;

    Options(String[] arguments) {
        values = Arrays.stream(arguments)
                .map(argument -> argument.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    }

    String text(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    long number(String name, long otherwise) {
        String value = values.get(name);
        return value == null ? otherwise : Long.parseLong(value);
    }

    /** The value of an option as a constant of an enum, written in lower case with hyphens. */
    <T> T choice(String name, String otherwise, Function<String, T> valueOf) {
        return valueOf.apply(text(name, otherwise).replace('-', '_').toUpperCase(Locale.ROOT));
    }
}
