package io.gracefulbackup.internal.json;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.ObjectMapper;

/** Explains why Jackson does not load, by the versions of its artifacts: a build may have forced an older one. */
public final class JacksonVersions {
    private static final String ANNOTATIONS = "com.fasterxml.jackson.core:jackson-annotations";
    private static final String CORE = "tools.jackson.core:jackson-core";
    private static final String DATABIND = "tools.jackson.core:jackson-databind";

    /** Jackson 3.0 needs the annotations of 2.20, 3.1 those of 2.21, and so on. */
    private static final int ANNOTATIONS_AHEAD = 20;

    private JacksonVersions() {}

    /** One sentence that names the artifact and the version to set, if they are the reason. */
    public static String explain(LinkageError failed) {
        Optional<String> annotations = version(JsonProperty.class, ANNOTATIONS);
        Optional<String> core = version(JsonParser.class, CORE);
        Optional<String> databind = version(ObjectMapper.class, DATABIND);
        List<Integer> wanted = databind.map(JacksonVersions::numbers).orElse(List.of());
        if (wanted.size() >= 2) {
            List<Integer> needed = List.of(2, wanted.get(1) + ANNOTATIONS_AHEAD);
            if (annotations.isPresent() && isLower(numbers(annotations.get()), needed)) {
                return older(ANNOTATIONS, annotations.get(), databind.get(), needed);
            }
            if (core.isPresent() && isLower(numbers(core.get()), wanted.subList(0, 2))) {
                return older(CORE, core.get(), databind.get(), wanted.subList(0, 2));
            }
        }
        return "Jackson cannot be loaded (" + failed + "), which JSON sections need; on the class path are " + DATABIND
                + " " + databind.orElse("without a version") + ", " + CORE + " " + core.orElse("without a version")
                + " and " + ANNOTATIONS + " " + annotations.orElse("without a version")
                + ": use versions that belong together";
    }

    private static String older(String artifact, String version, String databind, List<Integer> needed) {
        String wanted = needed.get(0) + "." + needed.get(1);
        return artifact + " " + version + " is on the class path; jackson-databind " + databind + " needs " + wanted
                + " or later: set the version of " + artifact + " to " + wanted
                + " in the build, where it overrides the one that a parent or BOM manages";
    }

    private static Optional<String> version(Class<?> member, String artifact) {
        String path = "META-INF/maven/" + artifact.replace(':', '/') + "/pom.properties";
        ClassLoader loader = member.getClassLoader();
        try (InputStream in = loader == null ? null : loader.getResourceAsStream(path)) {
            if (in != null) {
                Properties properties = new Properties();
                properties.load(in);
                return Optional.ofNullable(properties.getProperty("version"));
            }
        } catch (IOException e) {
            // The manifest may know.
        }
        return Optional.ofNullable(member.getPackage().getImplementationVersion());
    }

    private static List<Integer> numbers(String version) {
        List<Integer> numbers = new ArrayList<>();
        for (String part : version.split("[.-]", -1)) {
            if (!part.matches("\\d{1,9}")) {
                break;
            }
            numbers.add(Integer.valueOf(part));
        }
        return numbers;
    }

    private static boolean isLower(List<Integer> version, List<Integer> needed) {
        for (int i = 0; i < needed.size() && i < version.size(); i++) {
            int order = version.get(i).compareTo(needed.get(i));
            if (order != 0) {
                return order < 0;
            }
        }
        return false;
    }
}
