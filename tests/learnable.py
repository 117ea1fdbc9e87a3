"""A shop with layers and one door to its payments, of which nobody told: for tests that learn rules from code."""

SHOP = {
    "shop/__init__.py": "",
    "shop/web/__init__.py": "",
    "shop/web/page.py": "import shop.service.order\n",
    "shop/web/forms.py": "import shop.domain.money\n",
    "shop/service/__init__.py": "",
    "shop/service/order.py": "import shop.domain.cart\nimport shop.pay.card\n",
    "shop/service/refund.py": "import shop.pay.card\n",
    "shop/pay/__init__.py": "",
    "shop/pay/card.py": "import stripe\nimport shop.domain.money\n",
    "shop/domain/__init__.py": "",
    "shop/domain/cart.py": "import shop.domain.money\n",
    "shop/domain/money.py": "import decimal\n",
}
