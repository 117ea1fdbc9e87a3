"""What each template is given: frozen values, made by handlers of what services answer. No template sees a service."""
