package io.gracefulbackup.internal.config;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Removes secrets from texts of other origin, such as the messages of a driver's exceptions. It knows every secret that
 * {@link Settings} has returned, and recognises the password in any URL. Safe for use by several threads.
 */
public final class SecretRedactor {
    /** Replaces every secret, whatever its length. */
    static final String HIDDEN = "***";

    /** Shorter texts occur in ordinary words, and are no secret anyway. */
    private static final int SHORTEST = 4;

    private static final Pattern URL_PASSWORD = Pattern.compile("(://[^\\s/?#:]*:)[^\\s/?#]*@");
    private static final Pattern QUERY_PASSWORD = Pattern.compile("(?i)([?&;](?:ssl)?password=)([^\\s&;]*)");

    /** The two possible ends of a password that contains a raw slash, question mark or hash: before it, or at the last @. */
    private static final List<Pattern> PASSWORD_PARTS =
            List.of(Pattern.compile("://[^/?#:]*:([^/?#]*)@"), Pattern.compile("(?s)://[^/?#:]*:(.*)@"));

    private final TreeSet<String> known =
            new TreeSet<>(Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()));

    private volatile List<String> longestFirst = List.of();

    /** Adds a secret: as it is, without surrounding white space, and the passwords in it if it is a URL. */
    void learn(String secret) {
        synchronized (known) {
            remember(secret);
            remember(secret.strip());
            PASSWORD_PARTS.forEach(pattern -> rememberAll(pattern.matcher(secret), 1));
            rememberAll(QUERY_PASSWORD.matcher(secret), 2);
            longestFirst = List.copyOf(known);
        }
    }

    /** Replaces each secret in the text by {@value #HIDDEN}. */
    public String redact(String text) {
        String result = text;
        for (String secret : longestFirst) {
            result = result.replace(secret, HIDDEN);
        }
        result = URL_PASSWORD.matcher(result).replaceAll("$1" + HIDDEN + "@");
        return QUERY_PASSWORD.matcher(result).replaceAll("$1" + HIDDEN);
    }

    /** The number of texts that it knows, and none of them. */
    @Override
    public String toString() {
        return "SecretRedactor[" + longestFirst.size() + " texts]";
    }

    private void rememberAll(Matcher passwords, int group) {
        while (passwords.find()) {
            String password = passwords.group(group);
            remember(password);
            remember(percentDecoded(password));
        }
    }

    private void remember(String secret) {
        if (secret.length() >= SHORTEST) {
            known.add(secret);
        }
    }

    private static String percentDecoded(String text) {
        try {
            // In the user part of a URL a plus sign stands for itself.
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }
}
