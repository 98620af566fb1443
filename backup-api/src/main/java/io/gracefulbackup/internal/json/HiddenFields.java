package io.gracefulbackup.internal.json;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.introspect.AnnotatedField;
import tools.jackson.databind.introspect.VisibilityChecker;
import tools.jackson.databind.json.JsonMapper;

/**
 * Lets Jackson see fields without a getter too, so that the state in them is not lost. Left out are {@code transient}
 * fields, those of the JDK's own classes, and those that hold tools rather than data, such as a lock or a logger.
 */
final class HiddenFields extends VisibilityChecker {
    private static final long serialVersionUID = 1L;

    HiddenFields() {
        super(
                Visibility.PUBLIC_ONLY, // fields
                Visibility.PUBLIC_ONLY, // getters
                Visibility.PUBLIC_ONLY, // is-getters
                Visibility.ANY, // setters
                Visibility.PUBLIC_ONLY, // creators
                Visibility.NON_PRIVATE); // constructors with one scalar
    }

    @Override
    public boolean isFieldVisible(AnnotatedField field) {
        return super.isFieldVisible(field) || isState(field.getAnnotated());
    }

    /** Whether the field of an object belongs to its state. */
    static boolean isState(Field field) {
        int modifiers = field.getModifiers();
        return !Modifier.isStatic(modifiers)
                && !Modifier.isTransient(modifiers)
                && !field.isSynthetic()
                && isOpen(field.getDeclaringClass())
                && holdsData(field.getType());
    }

    private static boolean isOpen(Class<?> owner) {
        return !isOfTheJdk(owner) && owner.getModule().isOpen(owner.getPackageName(), JsonMapper.class.getModule());
    }

    private static boolean holdsData(Class<?> type) {
        if (type.isPrimitive() || type.isArray() || type.isEnum() || type == Object.class) {
            return true;
        }
        if (type.isAnnotationPresent(JsonTypeInfo.class)
                || Map.class.isAssignableFrom(type)
                || Collection.class.isAssignableFrom(type)) {
            return true;
        }
        if (type.isInterface() || Modifier.isAbstract(type.getModifiers())) {
            return type == Number.class || type == CharSequence.class || type == Iterable.class;
        }
        return !isOfTheJdk(type)
                || Comparable.class.isAssignableFrom(type)
                || type == Optional.class
                || type.getPackageName().equals("java.util.concurrent.atomic");
    }

    static boolean isOfTheJdk(Class<?> type) {
        String name = type.getName();
        return name.startsWith("java.")
                || name.startsWith("javax.")
                || name.startsWith("jdk.")
                || name.startsWith("sun.");
    }
}
